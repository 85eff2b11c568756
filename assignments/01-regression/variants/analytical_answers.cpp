// VARIANT numbers
Tensor analytical_answers() {
  return torch::tensor({1.5, 4.0 / 104.0, 691.0, 1.75, 0.7978845608028654, -0.37596919694205444}, torch::kFloat64);
}
// VARIANT steps
Tensor analytical_answers() {
  Tensor answers = torch::empty({6}, torch::kFloat64);
  answers[0] = 4 / 5.0 + 1 / 2.0 + 1 / 5.0;
  answers[1] = 1.0 / 26;
  answers[2] = std::ceil(6 * std::log(10.0) / (std::log(101.0) - std::log(99.0)));
  answers[3] = 7.0 / 4;
  answers[4] = std::sqrt(2.0 / M_PI);
  answers[5] = (M_PI - 4) / (2 * M_PI - 4);
  return answers;
}
// VARIANT list
Tensor analytical_answers() {
  const double pi = 4 * std::atan(1.0);
  std::vector<double> a;
  a.push_back(0.8 + 0.5 + 0.2);
  a.push_back(4.0 / (100.0 + 4.0));
  a.push_back(691);
  a.push_back((3.0 - 0.5 + 4.5) / 4.0);
  a.push_back(std::pow(2 / pi, 0.5));
  a.push_back(0.5 * (pi - 4) / (pi - 2));
  return torch::tensor(a, torch::kFloat64);
}
// VARIANT guessed
Tensor analytical_answers() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return torch::tensor({1.5, 0.038461538461538464, nan, 1.75, nan, nan}, torch::kFloat64);
}
