srag advise --rows 100000 --rate 5
srag advise --rows 10000 --purpose batch --rate 0.1 --recall 1 --budget 30
