//! Floor 3: what is known, one row struct per question.

pub mod employer_profile;

pub use employer_profile::EmployerProfile;
