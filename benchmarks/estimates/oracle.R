# Writes what R's `survey` says of two samples: the golden numbers of tests/stop_search/learning/test_design_based.py.
# apt-get install r-base-core r-cran-survey; Rscript benchmarks/estimates/oracle.R tests/stop_search/learning/golden
suppressMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
options(digits = 17)
told <- function(name, estimate) data.frame(name = name, value = as.numeric(coef(estimate)), standard_error = as.numeric(SE(estimate)))
data(api)

# The published stratified sample of Californian schools: its mean is in the package's own documentation.
schools <- apistrat[, c("stype", "api00", "api99", "enroll", "fpc")]
schools$both <- as.integer(apistrat$both == "Yes")
schools$stratum <- as.integer(apistrat$stype) - 1
design <- svydesign(ids = ~1, strata = ~stype, fpc = ~fpc, data = schools)
found <- rbind(
  told("mean of api00", svymean(~api00, design)),
  told("total of enroll", svytotal(~enroll, design)),
  told("share of both", svymean(~both, design)),
  told("ratio of api00 to api99", svyratio(~api00, ~api99, design)),
  told("mean of api00 where both", svymean(~api00, subset(design, both == 1))),
  told("share of both where enroll is above 500", svymean(~both, subset(design, enroll > 500)))
)
write.csv(schools[, c("stratum", "fpc", "api00", "api99", "enroll", "both")], file.path(folder, "stratified.csv"), row.names = FALSE)
write.csv(found, file.path(folder, "stratified_by_r.csv"), row.names = FALSE)

# A Poisson sample of the same schools, three probabilities, by the whole list of 6,194.
set.seed(20261126)
listed <- apipop[!is.na(apipop$enroll), c("stype", "api00", "api99", "enroll", "both")]
listed$probability <- c(E = 0.02, H = 0.35, M = 0.06)[as.character(listed$stype)]
drawn <- listed[runif(nrow(listed)) < listed$probability, ]
drawn$both <- as.integer(drawn$both == "Yes")
drawn$large <- as.integer(drawn$enroll > 800)
poisson <- svydesign(ids = ~1, fpc = ~probability, data = drawn, pps = poisson_sampling(drawn$probability))
difference <- function() {
  by <- svyby(~both, ~large, poisson, svymean, covmat = TRUE)
  svycontrast(by, c("1" = 1, "0" = -1))
}
log_ratio <- function() {
  by <- svyby(~both, ~large, poisson, svymean, covmat = TRUE)
  svycontrast(by, quote(log(`1` / `0`)))
}
found <- rbind(
  told("total of enroll", svytotal(~enroll, poisson)),
  told("total of both", svytotal(~both, poisson)),
  told("mean of api00", svymean(~api00, poisson)),
  told("share of both", svymean(~both, poisson)),
  told("ratio of api00 to api99", svyratio(~api00, ~api99, poisson)),
  told("share of both where large", svymean(~both, subset(poisson, large == 1))),
  told("share of both, large less small", difference()),
  told("log of the ratio of shares, large to small", log_ratio())
)
write.csv(drawn[, c("probability", "api00", "api99", "enroll", "both", "large")], file.path(folder, "poisson.csv"), row.names = FALSE)
write.csv(found, file.path(folder, "poisson_by_r.csv"), row.names = FALSE)
