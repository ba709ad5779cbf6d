"""The complaints handler's inbox: letters by due date, opened for a reason in the reader's own browser, closed by a person."""
