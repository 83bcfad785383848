@concurrency @critical @needs-etag
Feature: Editing together
  Two people open the same user, both change something, and whoever saves last wins. Versions exist so that
  nobody overwrites what they have not seen.

  Rule: Nobody overwrites what they have not seen

    @EDT-01 @clause-6.2 @clause-6.1 @needs-put
    Scenario: Replacing on top of the newest version succeeds
      Given user Ada exists
      And the client knows the version of user Ada
      When the client replaces user Ada on top of the known version
      Then user Ada has been saved
      And user Ada can be looked up within the promised time

    @EDT-01 @clause-6.2 @clause-6.1 @needs-patch
    Scenario: Changing on top of the newest version succeeds
      Given user Ada exists
      And the client knows the version of user Ada
      When the client changes user Ada on top of the known version
      Then user Ada has been saved
      And user Ada can be looked up within the promised time

    @EDT-02 @clause-6.2 @clause-3.4 @needs-put
    Scenario: Replacing on top of an outdated version is refused
      Given user Ada exists
      And the client knows the version of user Ada
      When another client changes user Ada
      And the client replaces user Ada on top of the known version
      Then the request is refused because the version is outdated
      And user Ada is as the other client left them

    @EDT-02 @clause-6.2 @clause-3.4 @needs-patch
    Scenario: Changing on top of an outdated version is refused
      Given user Ada exists
      And the client knows the version of user Ada
      When another client changes user Ada
      And the client changes user Ada on top of the known version
      Then the request is refused because the version is outdated
      And user Ada is as the other client left them

    @EDT-02 @clause-6.2 @clause-3.4 @needs-put
    Scenario Outline: A version that never was is refused
      Given user Ada exists
      And the client knows the version of user Ada
      When the client replaces user Ada on top of a version that <kind>
      Then the request is refused because the version is outdated
      And user Ada is unchanged

      Examples: Versions that never were
        | kind                   |
        | is cut short           |
        | has one character more |

    @EDT-06 @clause-6.2 @clause-3.4 @needs-put
    Scenario: Deleting an outdated version is refused
      Given user Ada exists
      And the client knows the version of user Ada
      When another client changes user Ada
      And the client deletes user Ada on top of the known version
      Then the request is refused because the version is outdated
      And user Ada is as the other client left them

  Rule: Of several at once exactly one succeeds

    @EDT-03 @clause-6.2 @clause-5.7 @needs-put
    Scenario: Of many who save at once one wins
      Given user Ada exists
      When 8 clients replace user Ada on top of one version at once, 5 times
      Then each time exactly one of them has saved user Ada

    @EDT-03 @clause-6.2 @clause-5.7 @needs-put @needs-patch
    Scenario: Of many who change one detail one wins
      Given user Ada exists
      When 8 clients change user Ada on top of one version at once, 5 times
      Then each time exactly one of them has saved user Ada

    @EDT-04 @clause-6.2 @clause-5.8 @needs-put
    Scenario: Nobody's work is lost when everybody starts over
      Given user Ada exists
      When 4 clients each add to user Ada 4 times, starting over when refused
      Then nothing that was added to user Ada is lost

  Rule: Every change makes a new version, and nothing else does

    @EDT-05 @clause-6.1 @needs-patch
    Scenario Outline: Every detail counts for the version
      Given user Ada exists
      And the client knows the version of user Ada
      When the client changes the <detail> of user Ada
      Then user Ada has another version

      Examples: Details that can be changed
        | detail   |
        | name     |
        | email    |
        | nickname |

    @EDT-05 @clause-6.1 @needs-put
    Scenario: Quick changes have versions of their own
      Given user Ada exists
      And the client knows the version of user Ada
      When the client changes user Ada 3 times, noting each version
      Then every version of user Ada is another

    @EDT-05 @clause-6.1
    Scenario: Looking makes no new version
      Given user Ada exists
      And the client knows the version of user Ada
      When the client looks up user Ada 20 times
      Then every answer shows user Ada in the known version
