"""Of nobody takes, nobody is told of, nothing hangs: what is taken away, and the test that must notice."""

from tests.mutation.mutation import Mutation

_FINAL = "tests/unit/surveys/test_final.py::"
_PERSONAL = "tests/unit/intake/test_personal_data.py::"
_INERT = "tests/unit/cli/output/test_inert.py::"
_PATTERNS = "tests/unit/sources/test_pattern_cost.py::"
_POLICIES = "tests/unit/engine/test_policies.py::"

TRUST = (
    Mutation(
        "the mask of a refused body",
        "shared/store/kept/rejections.py",
        "packed = packed_body(masked_body(rejection.body))",
        "packed = packed_body(rejection.body)",
        _PERSONAL + "test_an_event_leaves_nobody_behind",
    ),
    Mutation(
        "the mask of a refused value",
        "shared/store/kept/rejections.py",
        "value=_text(masked_body(json.dumps(error.value, ensure_ascii=False, default=str))),",
        "value=_text(json.dumps(error.value, ensure_ascii=False, default=str)),",
        _PERSONAL + "test_an_event_leaves_nobody_behind",
    ),
    Mutation(
        "the names of fields that are none",
        "shared/store/kept/masking.py",
        "return {(name if _FIELD.fullmatch(name) else masked(name)): _masked(each)",
        "return {name: _masked(each)",
        _PERSONAL + "test_an_event_leaves_nobody_behind",
    ),
    Mutation(
        "what is stored is what the contract knows",
        "events/known.py",
        "        if name in model.__struct_fields__\n    }",
        "    }",
        _PERSONAL + "test_an_event_leaves_nobody_behind",
    ),
    Mutation(
        "the pseudonym of who challenged, on the bus",
        "shared/intake/intake.py",
        'return {**detail, "challenger": self._challengers.marked(challenger)}',
        "return detail",
        _PERSONAL + "test_the_bus_and_its_archive_see_a_keyed_hash_of_who_challenged",
    ),
    Mutation(
        "the filter of what a terminal obeys, on pages",
        "cli/inert_console.py",
        "Segment(inert(text), _inert_style(style))",
        "Segment(text, _inert_style(style))",
        _INERT + "test_a_console_colours_as_ever_and_lets_nothing_else_through",
    ),
    Mutation(
        "the filter of links",
        "cli/inert_console.py",
        "return style.update_link(inert(style.link))",
        "return style",
        _INERT + "test_a_console_colours_as_ever_and_lets_nothing_else_through",
    ),
    Mutation(
        "the filter of messages' lines",
        "cli/inert.py",
        'return inert(re.sub("[\\r\\n\\v\\f\\x85\\u2028\\u2029]", " ", text))',
        "return inert(text)",
        _INERT + "test_a_message_is_one_line",
    ),
    Mutation(
        "the spelling of what a terminal obeys, in JSON",
        "cli/terminal.py",
        'return NOT_PLAIN.sub(lambda match: "".join(f"\\\\u{unit:04x}" for unit in _utf16(match[0])), written)',
        "return written",
        _INERT + "test_json_reads_the_same_and_spells_what_a_terminal_obeys",
    ),
    Mutation(
        "the question whether two repetitions compete",
        "shared/sources/pattern_cost.py",
        "            if not _compete(way, first, second):",
        "            if True:",
        _PATTERNS + "test_a_pattern_that_could_hang_is_refused_with_the_part_that_could",
    ),
    Mutation(
        "the refusal of a pattern that could hang",
        "shared/flywheel/settings/sources.py",
        "        require_quick(pattern)\n",
        "",
        "tests/unit/config/test_many.py::test_a_pattern_that_could_hang_is_a_problem_of_its_line",
    ),
    Mutation(
        "the length that a pattern of one's own sees",
        "shared/sources/idea_keys.py",
        "pattern.finditer(_ends_of(without_people(text[:_LONGEST])))",
        "pattern.finditer(without_people(text))",
        _PATTERNS + "test_of_a_long_text_a_pattern_of_ones_own_sees_the_beginning_and_the_end",
    ),
    Mutation(
        "a sheet has one revision",
        "events/decoding.py",
        "if bounded and model.is_final and detail.revision > 1:",
        "if False:",
        _FINAL + "test_a_revision_of_a_sheet_is_refused_with_what_to_do_instead",
    ),
    Mutation(
        "a sheet is taken back by nothing",
        "shared/flywheel/facts/identity.py",
        "if not fact.is_final and type(fact) is not EventRetracted],",
        "if type(fact) is not EventRetracted],",
        _FINAL + "test_a_retraction_that_names_a_sheet_has_no_effect_at_any_moment",
    ),
    Mutation(
        "a sheet before events of other kinds",
        "shared/flywheel/facts/identity.py",
        "return fact.is_final, fact.rank,",
        "return False, fact.rank,",
        _FINAL + "test_an_event_of_another_kind_with_the_id_of_a_sheet_stands_behind_it",
    ),
    Mutation(
        "of two different sheets of one id none counts",
        "shared/flywheel/facts/identity.py",
        "                if other.is_final:\n",
        "                if False:\n",
        _FINAL + "test_two_different_sheets_of_one_id_both_count_for_nothing_whatever_came_first",
    ),
    Mutation(
        "what a contradicted sheet was published with is withheld",
        "shared/flywheel/tenets/answers.py",
        "spoiled.update({cell} if sheet.conflicting else ())",
        "spoiled.update(())",
        _FINAL + "test_two_different_sheets_of_one_id_both_count_for_nothing_whatever_came_first",
    ),
    Mutation(
        "a sheet follows no idea",
        "shared/flywheel/facts/assignment.py",
        "(None if fact.is_final else self._by_name(fact))",
        "self._by_name(fact)",
        _FINAL + "test_a_sheet_that_tells_no_flywheel_follows_no_idea",
    ),
    Mutation(
        "the places that contradicted sheets hold in their groups",
        "shared/flywheel/wheel/fold.py",
        "        for fact in everything.gone.conflicting\n",
        "        for fact in ()\n",
        "tests/unit/store/test_survey_attack.py::test_no_strategy_tells_one_sheet[0-Files-in-process]",
    ),
    Mutation(
        "the order of explained events, which says nothing of them",
        "shared/flywheel/figures/account.py",
        'named = sorted((kinds.get(key, "event"), key) for key in keys)',
        'named = [(kinds.get(key, "event"), key) for key in keys]',
        "tests/unit/domain/test_explain.py::test_rows_of_events_lie_in_one_order_whatever_was_read_first",
    ),
    Mutation(
        "a bus's word on who speaks as whom",
        "engine/iam/permissions.py",
        "return is_allowed(self.statements, access) and not is_denied(self.guards, spoken_by(self.role, access))",
        "return is_allowed(self.statements, access)",
        _POLICIES + "test_a_function_whose_role_may_is_denied_what_a_bus_keeps_for_other_roles",
    ),
    Mutation(
        "a condition on any of no values",
        "engine/iam/policies.py",
        'if given is None and quantifier == "ForAnyValue":',
        "if False:",
        _POLICIES + "test_conditions",
    ),
    Mutation(
        "one proven source among others in a request",
        "infra/bus_policy.py",
        '"ForAnyValue:StringLike": {"events:source"',
        '"ForAllValues:StringLike": {"events:source"',
        "tests/infra/test_bus_policy.py::test_a_proven_source_is_denied_to_everybody_but_the_roles_that_are_named",
    ),
    Mutation(
        "the denial of proven sources on the bus",
        "infra/bus_policy.py",
        "effect=iam.Effect.DENY,",
        "effect=iam.Effect.ALLOW,",
        "tests/infra/test_bus_policy.py::test_a_proven_source_is_denied_to_everybody_but_the_roles_that_are_named",
    ),
)
