"""Who answers, and what an answer may be. Pure."""

import enum


class Standing(enum.StrEnum):
    """primary: the one answer of the person who was stopped; secondary: labelled further ones, counted apart."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
