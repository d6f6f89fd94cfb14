SELECT line_no, 'event', FALSE, ts, TRUE FROM seen WHERE NOT is_suspect
