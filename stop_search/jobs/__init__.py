"""The work to be done, as rows; RQ only carries their ids."""
