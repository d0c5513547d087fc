import pytest

from tests.bench.capacity.lines import Line, departure, fitted, quantiles


def test_points_on_a_line_give_that_line():
    line = fitted([(size, 3 + 2 * size) for size in (10, 40, 160)])

    assert line.fixed == pytest.approx(3)
    assert line.each == pytest.approx(2)
    assert line.at(100) == pytest.approx(203)


def test_one_bad_round_of_three_does_not_move_a_line():
    good = [(size, 2.0 * size) for size in (10, 40, 160)]

    line = fitted([*good, *good, (10, 500.0), (40, 0.0), (160, 1.0)])

    assert line.each == pytest.approx(2)


def test_what_is_cheaper_for_nobody_than_nothing_goes_through_the_origin():
    line = fitted([(10, 5.0), (20, 25.0)])

    assert line.fixed == 0
    assert line.each == pytest.approx((10 * 5 + 20 * 25) / (100 + 400))


def test_what_falls_with_the_number_is_the_same_for_all():
    assert fitted([(10, 6.0), (20, 4.0)]) == Line(5.0, 0.0)


def test_a_single_size_says_nothing_of_what_is_fixed():
    assert fitted([(4, 8.0), (4, 8.0)]) == Line(0.0, 2.0)


def test_departure_is_the_share_by_which_the_farthest_median_lies_off():
    assert departure(Line(0.0, 1.0), [(10, 10.0), (20, 25.0)]) == pytest.approx(0.2)


def test_quantiles_stand_for_a_distribution_whose_mean_is_one():
    found = quantiles([4.0, 1.0, 3.0, 2.0], 4)

    assert found == pytest.approx([0.4, 0.8, 1.2, 1.6])
