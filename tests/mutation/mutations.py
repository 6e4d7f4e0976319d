"""What is taken away, one at a time, and the test that must notice."""

from tests.mutation.mutation import Mutation
from tests.mutation.several import SEVERAL
from tests.mutation.trust import TRUST

_LOG = "tests/unit/store/test_log.py::"
_ADVANCE = "tests/unit/store/pipeline/test_advance.py::"
_OUTBOX = "tests/unit/slack/test_outbox.py::"
_MEMORIES = "tests/unit/store/test_memories.py::"
_KNOWN = "tests/unit/store/test_known.py::"
_CONTENTS = "tests/unit/store/test_contents.py::"
_UNION = "tests/unit/domain/test_union.py::"
_FIGURES = "tests/unit/domain/test_linking_figures.py::"
_SPEAKERS = "tests/unit/store/pipeline/test_permissions.py::"
_REACH = "tests/unit/domain/test_reach.py::"
_COMMITS = "tests/unit/cli/history/test_history_commits.py::"
_TAGS = "tests/unit/cli/history/test_history_tags.py::"
_REWORK = "tests/unit/cli/history/test_history_rework.py::"
_TRENDS = "tests/unit/trends/test_trends.py::"
_VERIFIERS = "tests/unit/sources/test_verifiers.py::"

MUTATIONS = (
    Mutation(
        "the put condition of EVENT items",
        "shared/store/log/append.py",
        "return store.table.put(item, model.version == read if read else model.pk.does_not_exist())",
        "return store.table.put(item)",
        _LOG + "test_another_process_that_was_faster_is_seen_and_its_event_kept",
    ),
    Mutation(
        "the version conditions of TURN, TRANSITION and WHEEL items",
        "shared/pipeline/racing.py",
        "if not table.put(item, model.version == read if read else model.pk.does_not_exist()):",
        "if not table.put(item):",
        _ADVANCE + "test_a_stale_advance_overwrites_nothing_at_whatever_item_it_is_overtaken",
    ),
    Mutation(
        "the look whether the wheel is still as it was left",
        "shared/pipeline/racing.py",
        "if stored is None or stored.version != wheel.version:",
        "if stored is None:",
        _MEMORIES + "test_who_is_overtaken_before_it_writes_a_turn_that_is_no_more_does_not_leave_it_there",
    ),
    Mutation(
        "how far back a wheel names what was written",
        "shared/store/projections/wheel_cache.py",
        "return int(wheel.since) <= stored.version <= int(wheel.version)",
        "return True",
        _MEMORIES + "test_a_process_that_lags_behind_what_the_wheel_names_reads_everything_again",
    ),
    Mutation(
        "what a wheel names and nobody has seen written",
        "shared/store/projections/wheel_cache.py",
        "{*asked, *(write.sk for write in stored.unsettled)}",
        "set(asked)",
        _MEMORIES + "test_who_is_overtaken_before_it_writes_a_turn_that_is_no_more_does_not_leave_it_there",
    ),
    Mutation(
        "what is on its way while what is known is laid down",
        "shared/store/projections/wheel_cache.py",
        "if named or wheel.open or stored.unsettled or",
        "if named or wheel.open or",
        _KNOWN + "test_nothing_is_laid_down_while_something_is_on_its_way",
    ),
    Mutation(
        "of what all of it is that which differs differs",
        "shared/store/projections/wheel_cache.py",
        "(since.began, since.base) == (base.began, base.base)",
        "since.began == base.began",
        _KNOWN + "test_what_differs_from_another_base_is_left_alone",
    ),
    Mutation(
        "that what is written over is as it was known",
        "shared/pipeline/racing.py",
        "int(items[sk].version) != version for",
        "int(items[sk].version) < version for",
        _KNOWN + "test_who_writes_one_by_one_writes_over_nothing_that_a_faster_one_has_written",
    ),
    Mutation(
        "the edition of sealed parts",
        "shared/store/segments/sealed_cache.py",
        "kept.edition != edition or",
        "",
        _MEMORIES + "test_whoever_reads_while_another_seals_misses_nothing_and_remembers_nothing_else",
    ),
    Mutation(
        "the contents of sealed parts that are read eventually consistent",
        "shared/store/segments/contents.py",
        "if _hash(by_month[each]) == contents.get(each):",
        "if by_month[each]:",
        _CONTENTS + "test_whoever_reads_from_lagging_replicas_at_any_step_of_a_sealing_misses_nothing",
    ),
    Mutation(
        "that contents tell no more once facts are taken out",
        "shared/store/segments/sealed_cache.py",
        "item.edition, item.contents = edition_of(item) + 1, None",
        "item.edition = edition_of(item) + 1",
        _CONTENTS + "test_facts_that_were_taken_out_are_not_seen_again",
    ),
    Mutation(
        "the version conditions of SUMMARY, LEDGER and PACE items",
        "shared/store/outbox/outbox.py",
        "return self._table.put(item, (model.version == before) if before else model.pk.does_not_exist())",
        "return self._table.put(item)",
        _OUTBOX + "test_of_two_senders_at_once_one_posts",
    ),
    Mutation(
        "the version of a summary that is older than the stored one",
        "shared/store/outbox/outbox.py",
        "if stored and (stored.version >= transition.version or _shows_same(stored, transition)):",
        "if stored and _shows_same(stored, transition):",
        _OUTBOX + "test_an_older_transition_does_not_overwrite_a_newer_summary",
    ),
    Mutation(
        "the union by key",
        "shared/flywheel/facts/identity.py",
        "        key = fact.key\n        if key in survivors:",
        "        key = id(fact)\n        if key in survivors:",
        _UNION + "test_an_event_whose_facts_lie_in_three_segments_counts_once",
    ),
    Mutation(
        "the highest rank of a key",
        "shared/flywheel/facts/identity.py",
        "survivors[key], *others = sorted(copies, key=precedence, reverse=True)",
        "survivors[key], *others = sorted(copies, key=precedence)",
        _UNION + "test_the_highest_revision_of_an_event_counts_in_whichever_order_they_lie",
    ),
    Mutation(
        "the further bits of two contents of one rank",
        "shared/flywheel/facts/identity.py",
        'return fact.is_final, fact.rank, tail, fact.account or "", fact.source is not None',
        'return fact.is_final, fact.rank, -1, fact.account or "", fact.source is not None',
        "tests/unit/domain/test_rank_ties.py::test_the_further_bits_decide_where_both_are_known",
    ),
    Mutation(
        "what an earlier release's facts lack",
        "shared/pipeline/upkeep/refilling.py",
        "write_parts(table, partition, part.day, whole, part.version + 1, part.form)",
        "write_parts(table, partition, part.day, facts, part.version + 1, part.form)",
        "tests/unit/upgrade/test_refilling.py::test_in_the_end_every_sealed_fact_is_as_its_event_tells_it",
    ),
    Mutation(
        "the retraction",
        "shared/flywheel/facts/identity.py",
        "versions.highest_of(_targets(remembered(versions.retractions, as_of)))",
        "versions.highest_of(set())",
        _FIGURES + "test_a_retraction_takes_an_event_back_from_its_own_time_on",
    ),
    Mutation(
        "the source as a part of identity",
        "shared/flywheel/facts/fact.py",
        'return _bits(f"{source}\\0{id}".encode())',
        "return _bits(id.encode())",
        _LOG + "test_an_event_of_another_source_is_not_taken_back",
    ),
    Mutation(
        "the facts that a partition new to an identity lacks",
        "shared/store/log/identity.py",
        "return Taken(identity, dict.fromkeys(partitions, identity.facts), new=is_new)",
        "return Taken(identity, dict.fromkeys(partitions, (received.fact,)), new=is_new)",
        _LOG + "test_an_event_that_moves_between_flywheels_leaves_no_superseded_fact_without_its_successor",
    ),
    Mutation(
        "the limit on events of the future",
        "shared/pipeline/recording.py",
        "if event.detail.time > message.sent + SKEW:",
        "if False:",
        "tests/unit/store/pipeline/test_recording.py::test_an_event_may_be_dated_five_minutes_ahead_of_its_arrival_and_no_more",
    ),
    Mutation(
        "the lease of a message",
        "shared/slack/outbox.py",
        "if not_before and _is_after(not_before, now):",
        "if False:",
        _OUTBOX + "test_a_leased_message_is_left_to_who_leased_it_until_the_lease_is_over",
    ),
    Mutation(
        "the escape of text in Slack",
        "shared/slack/escaping.py",
        ".translate(_ENTITIES)",
        "",
        "tests/unit/slack/test_blocks.py::test_no_outside_string_does_anything_in_slack",
    ),
    Mutation(
        "the account that an announcement comes from",
        "functions/notify/notifier.py",
        'for field, expected in (("source", PUBLISHER), ("account", account)):',
        'for field, expected in (("source", PUBLISHER),):',
        "tests/unit/functions/notify/test_notifier.py::test_what_is_not_our_own_is_not_posted",
    ),
    Mutation(
        "the signature check",
        "shared/sources/verifiers.py",
        "if not _any([hmac.compare_digest(one, other) for one in sent for other in wanted]):",
        "if False:",
        _VERIFIERS + "test_another_tenants_secret_proves_nothing",
    ),
    Mutation(
        "the check of a signature's age",
        "shared/sources/verifiers.py",
        "if abs(now - int(stamp)) > TOLERANCE_SECONDS:",
        "if False:",
        _VERIFIERS + "test_a_signed_time_may_lie_five_minutes_from_the_clock",
    ),
    Mutation(
        "what an account or a producer may speak of",
        "shared/pipeline/permissions.py",
        "if not judgement.is_theirs:",
        "if False:",
        _SPEAKERS + "test_what_is_not_is_refused_with_its_field_and_value",
    ),
    Mutation(
        "the names under which an account may speak",
        "shared/pipeline/permissions.py",
        "if limits.sources and not any(",
        "if False and not any(",
        _SPEAKERS + "test_a_retraction_reaches_only_what_its_own_source_sent",
    ),
    Mutation(
        "whose account speaks for webhooks",
        "shared/pipeline/permissions.py",
        "if _is_of_a_hook(source):",
        "if False:",
        "tests/unit/store/pipeline/test_messages.py::test_a_hooks_source_is_taken_from_our_own_account_only",
    ),
    Mutation(
        "that no key stands twice, where an event is read in one pass",
        "events/one_pass.py",
        'if body.count(b":") != _colons(envelope, source, canonical) or not',
        "if not",
        "tests/unit/events/test_one_pass.py::test_a_key_that_stands_twice_in_the_envelope_is_seen",
    ),
    Mutation(
        "the bounds of an event",
        "events/decoding.py",
        "    if bounded:\n",
        "    if False:\n",
        "tests/unit/events/test_bounds.py::test_an_event_at_a_bound_is_taken_and_one_more_is_refused_with_it",
    ),
    Mutation(
        "that what ended a process is not tried beside others",
        "shared/pipeline/returning.py",
        "if message.id in ended and len(messages) > 1:",
        "if False:",
        "tests/unit/store/pipeline/test_returning.py::test_what_ended_a_process_is_left_until_it_comes_alone",
    ),
    Mutation(
        "that a trial is written down before it",
        "shared/pipeline/returning.py",
        "            begin_trial(recording.store.table, message.id, message.sent)\n",
        "",
        "tests/unit/store/pipeline/test_returning.py::test_what_ended_a_process_is_left_until_it_comes_alone",
    ),
    Mutation(
        "who decides whose a name is",
        "shared/flywheel/facts/assignment.py",
        "return not self._reach.confines(*sender) or all(self._reach.holds(holder, *sender) for holder in holders)",
        "return True",
        _REACH + "test_no_kind_of_event_moves_anything_of_another_flywheel",
    ),
    Mutation(
        "that a closing stays within its sender's reach",
        "shared/flywheel/facts/assignment.py",
        "        owners = list(filter(reached, owners))\n",
        "",
        _REACH + "test_no_kind_of_event_moves_anything_of_another_flywheel",
    ),
    Mutation(
        "a hook's own variables of git",
        "cli/git/reading/git_environment.py",
        "if not _is_gits(name)} | _SETTINGS",
        "if name} | _SETTINGS",
        _COMMITS + "TestAnEnvironmentOfAHook::test_the_path_is_read_and_no_other",
    ),
    Mutation(
        "whether a last number is a patch at all",
        "cli/git/tags/lines.py",
        "return any(min(after) <= max(before) for before, after in pairwise(ordered))",
        "return bool(ordered)",
        _TAGS + "TestNumbers::test_a_number_that_counts_deployments_patches_nothing",
    ),
    Mutation(
        "whether a release descends from the one that it mends",
        "cli/git/rework/judging.py",
        "return other <= place and self._holds(",
        "return other <= place or self._holds(",
        _REWORK + "test_a_revert_on_a_line_that_never_had_its_target_mends_nothing",
    ),
    Mutation(
        "what is taken back in its own release",
        "cli/git/rework/reverting.py",
        "if net[chain[-1]] < 0 and chain[-1] not in inside}",
        "if net[chain[-1]] <= 0}",
        _REWORK + "test_what_cancels_out_in_one_release_mends_nothing",
    ),
    Mutation(
        "a list of commits that is not complete",
        "cli/emitting/pipeline_context.py",
        "if clone.unreadable or not clone.cut().isdisjoint(commit.sha for commit in commits):",
        "if clone.unreadable:",
        _COMMITS + "TestACutHistory::test_emit_tells_the_head_alone_and_warns",
    ),
    Mutation(
        "what stands in quotes and code",
        "shared/sources/prose.py",
        'return _QUOTED.sub(" ", _ADDRESS',
        'return (lambda _, text: text)(" ", _ADDRESS',
        "tests/unit/sources/test_idea_keys.py::test_keys_of_a_title",
    ),
    Mutation(
        "one event less of a difference, where few decide",
        "shared/flywheel/reality/samples.py",
        "p = max(p, fisher(self.k - sign, self.n, before.k, before.n))",
        "pass",
        _TRENDS + "test_one_failure_more_does_not_decide",
    ),
    Mutation(
        "news was real a week ago as well",
        "shared/flywheel/trends/trends.py",
        "if earlier[each].is_real and earlier[each].sign == self.verdicts[each].sign)",
        "if earlier)",
        _TRENDS + "test_what_only_now_became_real_is_no_news_yet",
    ),
    Mutation(
        "a young wheel seems to get faster",
        "shared/flywheel/trends/trends.py",
        "if grows_up(kind) and not self._is_grown_up(before):",
        "if False:",
        _TRENDS + "test_a_young_wheel_is_told_nothing_of_its_turns",
    ),
    Mutation(
        "the deployments of one id are one",
        "shared/flywheel/trends/rollouts.py",
        "dict.fromkeys([deployment.name for _, deployment in effective_in(wheel, window)])",
        'dict.fromkeys([f"{deployment.name} {place}" for place, deployment in effective_in(wheel, window)])',
        _TRENDS + "test_deployments_of_one_id_are_one_and_fail_together",
    ),
    Mutation(
        "a measurement of a restricted sender stays within its reach",
        "shared/flywheel/wheel/metrics.py",
        "if metric is not None and metric.of in self._confined.get(fact.key, (metric.of,)):",
        "if metric is not None:",
        "tests/unit/value/test_bad_input.py::test_what_a_restricted_sender_measures_stays_within_its_reach",
    ),
    *SEVERAL,
    *TRUST,
)
