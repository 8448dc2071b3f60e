"""What people found wrong in analyses: kept apart from them, counted, and written as the site's own labelled calls."""
