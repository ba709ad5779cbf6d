"""How groups of people fare beside one another: who is searched, what becomes of it, and of whom there is no video. Never by officer."""
