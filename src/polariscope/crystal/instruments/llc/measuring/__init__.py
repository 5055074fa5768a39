"""What touches the subject: a module for each kind of reading."""
