"""The wire contract: topics, messages, envelope, signatures; the same for both ends, without any I/O."""
