"""Orthoscribe under duress: damaged and hostile files, and a server that nothing may ask."""
