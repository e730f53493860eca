srag advise --rows 100000 --rate 5
