"""Editions and profiles as their files say them: read, checked, refused with a cure, put together."""
