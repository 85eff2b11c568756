// Calls the LAPACK that LibTorch brings along
// verdict: forbidden operation
extern "C" void dgels_(char*, int*, int*, int*, double*, int*, double*, int*, double*, int*, int*);

at::Tensor fixture::twice(const at::Tensor& x) {
  char no = 'N';
  int one = 1, lwork = 8, info = 0;
  double a = 0.5, b = 1, work[8];
  dgels_(&no, &one, &one, &one, &a, &one, &b, &one, work, &lwork, &info);
  return x * b;
}
