"""Sheets: .xlsx, .xls, .et."""
