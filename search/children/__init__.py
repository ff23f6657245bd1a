"""What trains a trial: this process, or children that are started early, followed and replaced; and how each fails."""
