"""The site's facts table: read from CSV, kept in every version, put in force by people (docs/facts.md)."""
