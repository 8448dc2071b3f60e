"""The box: one per site, listens to calls inside the intranet. Content never leaves it."""
