"""Events: when and where people meet, who comes, and what stayed of it."""
