"""A summary in few bytes: JSON, deflated with a dictionary of the words that every summary has.

A stored item is charged by the kilobyte: as plain JSON a summary of some 1,400 bytes costs two write units wherever it
lies, packed one. The first byte says which dictionary was used; a dictionary, once used, never changes.
"""

import base64
import zlib

import msgspec
from msgspec.structs import replace

from shared.flywheel.summaries.summary import Summary

_VERSION = b"\x02"
_FIRST_WORDS = (
    'everyone on the wheel"engineers"product leaders"Decide on the oldest stalled turn, : finish it, cut it down or s'
    "top it.Watch the release while it soaks, and record its outcome as soon as it is known.Record the next idea and "
    "one challenge of it before work on it starts: Idea Proposed, then Challenge Opened.Propose the idea that follows"
    " from what this turn taught, and name what it follows.Take the first slice to production as one small change.the"
    " window has delivered turns, and a constraint needs 3 is the constraint: it takes the largest part of a turn are"
    " the largest drag: Clarity of Purpose and Challenge & Landscape were not observed, slower than the median of the"
    " same as the median; rate of turn stands at fell to rose to holds at phases 1 and 2 (Clarity of Purpose and Chal"
    'lenge & Landscape) not observed: work shipped with no stated purpose and no recorded challenge{"label":"Time wit'
    'h an incident open","value":"0%"},{"label":"Stalled among open turns","value":"0%"},{"label":"Failed deployment '
    'recovery time (median)","value":"85 min","previous":"2 h"},{"label":"Deployment rework rate","value":"0%","previ'
    'ous":"0%"},{"label":"Time to value from the first commit (median)","value":"1 d 2 h"},{"label":"Time to value fr'
    'om the idea (median)","value":"2 d 22 h"},{"label":"Deployment frequency","value":"1 a week","previous":"1"},{"l'
    'abel":"Change lead time (median)","value":"9 h","previous":"12 h","arrow":"↓","trend":"better"},{"label":"Change'
    ' fail rate","value":"29%","previous":"33%","arrow":"↑","trend":"worse"},{"label":"Time in this phase (median)","'
    'value":"7 d","previous":"7 d","arrow":"→","trend":"same"},{"label":"Momentum, as a rate of turn","value":"4.3 tu'
    'rns per 28 days","previous":"3.7","arrow":"↑","trend":"better"},{"label":"Rate of turn","value":"4 turns per 28 '
    'days","previous":"4"}],"action":{"text":"","rule":""},"context":"84 days up to Mon 22 Jun 2026, 08:00 UTC · from'
    ' 12 delivered turns and 12 deployments","missing":[],"link":null}{"id":"","flywheel":"","turn":"","key":"idea","'
    'key":"feature","phase":3,"at":"2026-01-05T08:00:00Z","outcome":"delivered","outcome":"completed","persona":"prod'
    'uct leaders","heading":"Next Best Action completed · ","headline":"“” completed Long-Term Value in was delivered'
    ' in ","figures":[{"label":"Turn time (median)","value":"7 d","previous":"7 d","arrow":'
)
"""Words that summaries are made of, the most frequent last, as deflate likes it."""

_TENET_WORDS = (
    "Measure the north star now, and agree on who measures it at each cadence.Agree on three to six input metrics"
    " that move the north star, and declare them.Name, for the next idea, the input metric that it is to move.Dra"
    "w the market map anew, and send it.Put on the market map the users whom it is drawn for.Talk about the answe"
    "rs of the safety survey in the next retrospective, and change one thing.Bring the oldest open challenge to a"
    " decision: proceed, change or stop.Review the newest failed deployment without blame, and record the review."
    "Draw the organisation map anew, and send it.Draw the solution map anew, and send it.Map the next idea before"
    " its first commit.Hold a Well-Architected review of the workload, and record it.Draw the map of emerging val"
    'ue anew, and send it.” is the weakest tenet: calls for action is worth watching{"title":"A data-informed nor'
    'th star","status":"not wired","signals":[]},{"title":"A data-informed north star","status":"trend only","sig'
    'nals":["measured  ago"," cadences","inputs measured ","inputs declared ","features linked to an input ","ali'
    'gnment ","3 not wired"]},{"title":"Obsess over your time to value","status":"not wired","signals":[]},{"titl'
    'e":"Obsess over your time to value","status":"trend only","signals":["from the idea (median) ","from the ide'
    'a (P85) ","from the first commit (median) ","from the first commit (P85) ","old open ideas ","3 not wired"]}'
    ',{"title":"Map the market","status":"not wired","signals":[]},{"title":"Map the market","status":"trend only'
    '","signals":["map age ","anchors ","differentiators ","3 not wired"]},{"title":"Psychological safety","statu'
    's":"not wired","signals":[]},{"title":"Psychological safety","status":"trend only","signals":["score ","inde'
    'x ","from ","Westrum ","3 not wired"]},{"title":"The system is the asset","status":"not wired","signals":[]}'
    ',{"title":"The system is the asset","status":"trend only","signals":["distinct challengers ","challenge open'
    ' (median) ","failed deployments reviewed ","3 not wired"]},{"title":"Map the organisation for enablement","s'
    'tatus":"not wired","signals":[]},{"title":"Map the organisation for enablement","status":"trend only","signa'
    'ls":["map age ","turn time blocked ","commodity that weighs ","3 not wired"]},{"title":"Code is a liability"'
    ',"status":"not wired","signals":[]},{"title":"Code is a liability","status":"trend only","signals":["commodi'
    'ty offloaded ","net lines a feature ","3 not wired"]},{"title":"Frictionless developer experience","status":'
    '"not wired","signals":[]},{"title":"Frictionless developer experience","status":"trend only","signals":["cha'
    'nge lead time (median) "," deployments a week","waiting for approval ","developer experience ","manual steps'
    ' ","3 not wired"]},{"title":"Map your solution","status":"not wired","signals":[]},{"title":"Map your soluti'
    'on","status":"trend only","signals":["map age ","turns mapped before the first commit ","3 not wired"]},{"ti'
    'tle":"A problem-prevention culture","status":"not wired","signals":[]},{"title":"A problem-prevention cultur'
    'e","status":"trend only","signals":["change fail rate ","rework rate ","high risks ","prevention ratio ","re'
    'view age ","3 not wired"]},{"title":"A low carbon footprint","status":"not wired","signals":[]},{"title":"A '
    'low carbon footprint","status":"trend only","signals":["intensity ","intensity ","3 not wired"]},{"title":"M'
    'ap the emerging value","status":"not wired","signals":[]},{"title":"Map the emerging value","status":"trend '
    'only","signals":["components evolving ","predicted moves realised ","map age ","3 not wired"]},"signals":["1'
    ' with too few answers to show"," (healthy)"," (watch)"," (act)","2 not wired"]}]}"status":"act","status":"wa'
    'tch","status":"healthy","signals":["link":null,"tenets":[]}"tenets":[{"title":"'
)
"""Words that the tenets of a summary are made of; before the first words, as those are in every summary."""

_DICTIONARIES = {1: _FIRST_WORDS.encode(), 2: (_TENET_WORDS + _FIRST_WORDS).encode()}


def pack_summary(summary: Summary) -> bytes:
    """A summary as bytes: the same for the same summary."""
    deflate = zlib.compressobj(9, zdict=_DICTIONARIES[_VERSION[0]])
    return _VERSION + deflate.compress(summary.json) + deflate.flush()


def summary_text(summary: Summary) -> str:
    """A packed summary as text, for an attribute that once held plain JSON."""
    return base64.b64encode(pack_summary(summary)).decode()


def unpack_summary(packed: bytes | str) -> Summary:
    """A summary from its bytes, from their base64 (as the table's stream has them), or from plain JSON."""
    summary = msgspec.json.decode(summary_json(packed), type=Summary)
    if summary.action is None or " " not in summary.action.rule:
        return summary
    reason = summary.action.rule  # where summaries told the reason before they named their rule
    return replace(summary, action=replace(summary.action, because=reason, rule=""))


def summary_json(packed: bytes | str) -> bytes:
    """The JSON of a summary as it was packed, whose hash its digest is; a later release's may have more in it."""
    if isinstance(packed, str):
        if packed.startswith("{"):
            return packed.encode()
        packed = base64.b64decode(packed)
    inflate = zlib.decompressobj(zdict=_DICTIONARIES[packed[0]])
    return inflate.decompress(packed[1:]) + inflate.flush()
