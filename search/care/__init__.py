"""Looking after what studies leave: backups, cleaning, deletion, roots that were moved."""
