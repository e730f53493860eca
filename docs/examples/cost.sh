srag cost --gateway none --metrics none
