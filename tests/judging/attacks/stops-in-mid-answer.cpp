// Sends half a frame and sleeps
// stopped by: sandbox
// verdict: graded
// with: frame.h
// twice: timed out

at::Tensor fixture::twice(const at::Tensor& x) {
  send_frame("\xa1\x65val", 9, "", 0);
  for (;;) sleep(1);
}
