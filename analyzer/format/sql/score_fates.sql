-- Tried lines whose envelope is damaged.
SELECT line_no FROM unwrapped WHERE fate <> 'continuation'
