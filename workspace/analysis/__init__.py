"""Pure analysis of pictures: numbers in, numbers out.

Everything here works on arrays and plain values, so that it can be tested and measured alone. It knows no database,
no settings and no people: paths and thresholds are arguments. Only this package may import insightface and cv2,
and only it and search onnxruntime; importing the package itself loads none of them: import the module that you need.
"""
