"""From words, labels and times to talk metrics and scores that explain themselves."""
