"""The words for what panels recommend and what the force answers, on panels' pages and the learning team's."""

from stop_search.panels.rules import Decision, RecommendationKind

KINDS = {RecommendationKind.IMPROVE: "Do it better", RecommendationKind.COMMEND: "Done well"}
DECISIONS = {
    Decision.ACCEPTED: "The force will do it",
    Decision.IN_PART: "The force will do part of it",
    Decision.NOT_ACCEPTED: "The force will not do it",
}
