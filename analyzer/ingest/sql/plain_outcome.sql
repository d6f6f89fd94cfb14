SELECT line_no, byte_offset, 'event', FALSE, ts, TRUE FROM seen WHERE NOT is_suspect
