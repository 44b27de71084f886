"""Conversations: forums, topics, questions, replies."""
