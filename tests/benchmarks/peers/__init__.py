"""What is measured, a module a contender; each runs in a process of its own and prints one row of JSON."""
