"""People (人): what the registry knows of each, with source, time and author of every value."""
