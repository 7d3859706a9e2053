"""The adversarial game: what the players want, the loop that plays it, recipes for it, and recorders that look on."""
