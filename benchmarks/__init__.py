"""Measurements: this tool beside what people use today, and beside the least that could be."""
