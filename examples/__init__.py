"""The sample company that `verbatim demo` runs on."""
