"""What a score or a label means, what made it, what would have changed it, and whether it can be computed again.

Pure: from a stored analysis, the scoring functions and a judge of labels. Words quoted are masked unless the caller may
show them; everything is computed on the words as they were said.
"""
