"""What people ask of the force: complaints, copies, stops without a receipt, joining the panel; sealed so that only its reader opens it."""
