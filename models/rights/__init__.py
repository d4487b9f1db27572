"""Requests that residents make about their own data (权利请求): to be told, to have it deleted, to complain."""
