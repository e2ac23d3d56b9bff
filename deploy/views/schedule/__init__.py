"""The runs to come, for people and programs: a table, a calendar, a heat map, JSON."""
