"""Tests of the wire contract, the link to the broker and the agent."""
