"""A scripted day, or rather some weeks: residents and staff of the demonstration at work through the public interface.

Nothing here knows the database. A server of its own takes its time from a clock that is moved by hand, so that what
happens is dated when it would have happened; everything else is the product as it is delivered.
"""
