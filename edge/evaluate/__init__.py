"""Measures of the box on material with known answers, for development and for acceptance on site."""
