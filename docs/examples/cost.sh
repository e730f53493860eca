srag cost --gateway none --metrics none --only-functions
