@concurrency @critical
Feature: Editing together
  Two people open the same user, both change something, and the second save overwrites the first. Versions
  exist so that no client overwrites a change that it has not seen.

  Rule: No client overwrites a change that it has not seen

    @EDT-01 @clause-6.2 @clause-6.1 @needs-etag @needs-put
    Scenario: Replacing based on the newest version succeeds
      Given user Ada exists
      And the client knows the version of user Ada
      When the client replaces user Ada based on the known version
      Then user Ada has been saved
      And a look-up shows user Ada with new details within the promised time

    @EDT-01 @clause-6.2 @clause-6.1 @needs-etag @needs-patch
    Scenario: Changing based on the newest version succeeds
      Given user Ada exists
      And the client knows the version of user Ada
      When the client changes user Ada based on the known version
      Then user Ada has been saved
      And a look-up shows user Ada with a new name and all other details as before within the promised time

    @EDT-02 @clause-6.2 @clause-3.4 @needs-etag @needs-put
    Scenario: Replacing based on an outdated version is refused
      Given user Ada exists
      And the client knows the version of user Ada
      When another client changes user Ada
      And the client replaces user Ada based on the known version
      Then the request is refused because the version is outdated
      And user Ada is as the other client left them

    @EDT-02 @clause-6.2 @clause-3.4 @needs-etag @needs-patch
    Scenario: Changing based on an outdated version is refused
      Given user Ada exists
      And the client knows the version of user Ada
      When another client changes user Ada
      And the client changes user Ada based on the known version
      Then the request is refused because the version is outdated
      And user Ada is as the other client left them

    @EDT-02 @clause-6.2 @clause-2.3 @clause-3.4 @needs-etag @needs-put
    Scenario: An outdated save does not reserve the email
      Given user Ada exists
      And the client knows the version of user Ada
      When another client changes user Ada
      And the client replaces user Ada with another email based on the known version
      And the client creates user Grace with the email that user Ada was refused
      Then the creation of user Grace is accepted

    @EDT-02 @clause-6.2 @clause-3.4 @needs-etag @needs-put
    Scenario Outline: A version that was never given out is refused
      Given user Ada exists
      And the client knows the version of user Ada
      When the client replaces user Ada based on a version that <kind>
      Then the request is refused because the version is outdated
      And user Ada is unchanged

      Examples: Versions that were never given out
        | kind                   |
        | is cut short           |
        | has one character more |

    @EDT-02 @clause-6.2 @clause-3.4 @needs-etag @needs-patch
    Scenario: A version with one character more changes nothing
      Given user Ada exists
      And the client knows the version of user Ada
      When the client changes user Ada based on a version that has one character more
      Then the request is refused because the version is outdated
      And user Ada is unchanged

    @EDT-06 @clause-6.2 @clause-3.4 @needs-etag
    Scenario: A version with one character more deletes nobody
      Given user Ada exists
      And the client knows the version of user Ada
      When the client deletes user Ada based on a version that has one character more
      Then the request is refused because the version is outdated
      And user Ada is unchanged

    @EDT-02 @EDT-06 @clause-6.2 @clause-3.4 @needs-etag @needs-put
    Scenario Outline: A version that cannot be read is not ignored
      Given user Ada exists
      And the client knows the version of user Ada
      When the client <action> user Ada based on a version that has one character more and no quotes
      Then the request is cleanly refused
      And user Ada is unchanged

      Examples: What is based on a version
        | action   |
        | replaces |
        | deletes  |

    @EDT-06 @clause-6.2 @clause-3.4 @needs-etag @needs-put
    Scenario: Deleting based on an outdated version is refused
      Given user Ada exists
      And the client knows the version of user Ada
      When another client changes user Ada
      And the client deletes user Ada based on the known version
      Then the request is refused because the version is outdated
      And user Ada is as the other client left them

    @EDT-06 @clause-6.2 @clause-3.4 @needs-etag @needs-put
    Scenario: Deleting based on a long outdated version is refused
      Given user Ada exists
      And the client knows the version of user Ada
      When another client changes user Ada
      And another client changes user Ada
      And the client deletes user Ada based on the known version
      Then the request is refused because the version is outdated

  Rule: Where a version is required, nothing is saved without one

    @EDT-07 @clause-6.2 @clause-3.4 @needs-precondition-required @needs-put
    Scenario: Replacing without a version is refused
      Given user Ada exists
      When the client replaces user Ada based on no version
      Then the request is refused because the version is missing
      And user Ada is unchanged

    @EDT-07 @clause-6.2 @clause-3.4 @needs-precondition-required @needs-patch
    Scenario: Changing without a version is refused
      Given user Ada exists
      When the client changes user Ada based on no version
      Then the request is refused because the version is missing
      And user Ada is unchanged

    @EDT-07 @clause-6.2 @clause-3.4 @needs-precondition-required
    Scenario: Deleting without a version is refused
      Given user Ada exists
      When the client deletes user Ada based on no version
      Then the request is refused because the version is missing
      And user Ada is unchanged

  Rule: Of several simultaneous saves exactly one succeeds

    @EDT-03 @clause-6.2 @clause-5.7 @needs-etag @needs-put
    Scenario: Of many simultaneous replacements one succeeds
      Given user Ada exists
      When 8 clients replace user Ada based on one version at once, in 5 rounds
      Then in each round exactly one client has saved user Ada

    @EDT-03 @clause-6.2 @clause-5.7 @needs-etag @needs-put @needs-patch
    Scenario: Of many simultaneous changes one succeeds
      Given user Ada exists
      When 8 clients change user Ada based on one version at once, in 5 rounds
      Then in each round exactly one client has saved user Ada

    @EDT-04 @clause-6.2 @clause-5.8 @needs-etag @needs-put
    Scenario: No addition is lost when clients start over
      Given user Ada exists
      When 4 clients each add to user Ada 4 times, starting over when they are refused
      Then nothing that was added to user Ada is lost

  Rule: Every change makes a new version, and nothing else does

    @EDT-05 @clause-6.1 @needs-etag @needs-patch
    Scenario Outline: Every detail counts for the version
      Given user Ada exists
      And the client knows the version of user Ada
      When the client changes the <detail> of user Ada
      Then user Ada has a new version after every change

      Examples: Details that can be changed
        | detail   |
        | name     |
        | email    |
        | nickname |

    @EDT-05 @clause-6.1 @needs-etag @needs-put
    Scenario: Quick changes make versions of their own
      Given user Ada exists
      And the client knows the version of user Ada
      When the client changes user Ada 8 times and notes each version
      Then user Ada has a new version after every change

    @EDT-05 @clause-6.1 @needs-etag
    Scenario: A look-up makes no new version
      Given user Ada exists
      And the client knows the version of user Ada
      When the client looks up user Ada 20 times
      Then every answer shows user Ada in the known version
