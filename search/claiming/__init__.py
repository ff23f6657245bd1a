"""Who trains what: slots of a study, claimed and kept in one SQLite file by processes of which any may be killed."""
