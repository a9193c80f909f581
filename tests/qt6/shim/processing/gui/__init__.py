"""Stand-in for the package of Processing."""
