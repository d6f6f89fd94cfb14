"""From sources of lines to stored events: batches, masking, classification, and the line ledger."""
