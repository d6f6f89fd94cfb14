-- What only envelopes tell: lines that hold no record of their own.
INSERT INTO staged BY NAME $fates
