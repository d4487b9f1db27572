"""The demonstration county 云岭县: invented, synthetic, and the same every time.

Nobody in it exists. Division code 529901 is not in use, phones begin with 19900 and were never handed out to
the people named, bank accounts begin with 990000. Codes, PINs and the one password are predictable, so a
demonstration must never share a database with a real county.
"""
