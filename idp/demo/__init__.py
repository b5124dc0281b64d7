"""What `mgen-connect demo` starts beside the provider. Nothing of the provider is imported or served here."""
