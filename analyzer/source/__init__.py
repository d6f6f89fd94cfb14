"""Sources of log lines: files, folders, globs and standard input, plain or compressed, as lines."""
